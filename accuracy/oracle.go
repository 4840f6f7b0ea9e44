// Oracle writes what Go's own type checker says about every call of a tree: the yardstick of score.py.
//
// usage: oracle -root DIR -own IMPORT_PATH [-tags "a b"] [-deps DIR] OUT
//
// OUT/sites.tsv has one line per call expression; OUT/deps.tsv the packages from outside the tree.
// An import that is found nowhere is tolerated: what depends on it is left out.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
)

var (
	root = flag.String("root", ".", "the tree")
	own  = flag.String("own", "", "the import path of the tree")
	tags = flag.String("tags", "", "build tags")
	deps = flag.String("deps", "", "a src folder with further dependencies")
)

// A checker imports packages from source, each once.
type checker struct {
	context build.Context
	files   *token.FileSet
	loaded  map[string]*types.Package
	outside map[string]string // import path → folder, for what is neither own nor Go's
}

func (c *checker) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if found, ok := c.loaded[path]; ok {
		if found == nil {
			return nil, fmt.Errorf("%s is not here", path)
		}
		return found, nil
	}
	c.loaded[path] = nil
	folder := c.folder(path)
	if folder == "" {
		return nil, fmt.Errorf("%s is not here", path)
	}
	found, _, _ := c.check(path, folder, nil)
	c.loaded[path] = found
	return found, nil
}

func (c *checker) folder(path string) string {
	library := filepath.Join(c.context.GOROOT, "src")
	if path == *own || strings.HasPrefix(path, *own+"/") {
		return filepath.Join(*root, strings.TrimPrefix(path, *own))
	}
	for _, base := range []string{library, filepath.Join(library, "vendor"),
		filepath.Join(*root, "vendor"), filepath.Join(*root, "vendor", "src"), *deps} {
		folder := filepath.Join(base, path)
		if sources, _ := filepath.Glob(filepath.Join(folder, "*.go")); base != "" && sources != nil {
			if !strings.HasPrefix(base, library) {
				c.outside[path] = folder
			}
			return folder
		}
	}
	return ""
}

// check type-checks one folder; bodies only where info is asked for.
func (c *checker) check(path, folder string, info *types.Info) (*types.Package, []*ast.File, error) {
	described, err := c.context.ImportDir(folder, 0)
	if err != nil {
		return nil, nil, err
	}
	var syntax []*ast.File
	for _, name := range append(described.GoFiles, described.CgoFiles...) {
		file, err := parser.ParseFile(c.files, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		syntax = append(syntax, file)
	}
	config := types.Config{Importer: c, FakeImportC: true, IgnoreFuncBodies: info == nil, Error: func(error) {}}
	found, _ := config.Check(path, c.files, syntax, info)
	return found, syntax, nil
}

// called tells the form of a call and its callee in SSA notation; no form where it has no type.
func called(info *types.Info, call *ast.CallExpr) (kind, callee, origin string) {
	fun := call.Fun
	for {
		inner, ok := fun.(*ast.ParenExpr)
		if !ok {
			break
		}
		fun = inner.X
	}
	name, _ := fun.(*ast.Ident)
	if selector, ok := fun.(*ast.SelectorExpr); ok {
		name = selector.Sel
		if x, ok := selector.X.(*ast.Ident); ok {
			if p, ok := info.Uses[x].(*types.PkgName); ok && p.Imported().Path() == "C" {
				return "cgo", "", ""
			}
		}
		if selection := info.Selections[selector]; selection != nil {
			function, ok := selection.Obj().(*types.Func)
			if !ok {
				return "funcvalue", "", ""
			}
			return method(selection, function), function.FullName(), home(function)
		}
	}
	value := info.Types[fun]
	switch {
	case value.IsType():
		return "conversion", "", ""
	case value.IsBuiltin():
		return "builtin", "", ""
	}
	if name != nil {
		if function, ok := info.Uses[name].(*types.Func); ok {
			return "func", function.FullName(), home(function)
		}
	}
	if _, ok := fun.(*ast.FuncLit); ok {
		return "closure", "", ""
	}
	if value.Type == nil || value.Type == types.Typ[types.Invalid] {
		return "", "", ""
	}
	return "funcvalue", "", ""
}

func method(selection *types.Selection, function *types.Func) string {
	kind := "method"
	receiver := function.Type().(*types.Signature).Recv().Type()
	if types.IsInterface(receiver) {
		kind = "iface"
	}
	named, _ := selection.Recv().(*types.Named)
	if len(selection.Index()) > 1 || kind == "iface" && named != nil && named != receiver {
		kind += "-embedded"
	}
	return kind
}

func home(function *types.Func) string {
	if p := function.Pkg(); p != nil && (p.Path() == *own || strings.HasPrefix(p.Path(), *own+"/")) {
		return "own"
	}
	return "outside"
}

func (c *checker) sites(out *os.File, path, folder string) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}}
	_, syntax, _ := c.check(path, folder, info)
	for _, file := range syntax {
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				if kind, callee, origin := called(info, call); kind != "" {
					at := c.files.Position(call.Lparen)
					relative, _ := filepath.Rel(*root, at.Filename)
					fmt.Fprintf(out, "%s\t%d\t%d\t%s\t%s\t%s\n", relative, at.Line, at.Column, kind, origin, callee)
				}
			}
			return true
		})
	}
}

func create(name string) *os.File {
	file, err := os.Create(filepath.Join(flag.Arg(0), name))
	if err != nil {
		log.Fatal(err)
	}
	return file
}

func main() {
	flag.Parse()
	os.Setenv("GO111MODULE", "off")
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled = "linux", "amd64", true
	context.GOPATH, context.BuildTags = "", strings.Fields(*tags)
	c := &checker{context, token.NewFileSet(), map[string]*types.Package{}, map[string]string{}}
	out := create("sites.tsv")
	err := filepath.WalkDir(*root, func(folder string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		base := entry.Name()
		if folder != *root && (base == "vendor" || base == "testdata" || base[0] == '.' || base[0] == '_') {
			return filepath.SkipDir
		}
		relative, _ := filepath.Rel(*root, folder)
		path := strings.TrimSuffix(*own+"/"+filepath.ToSlash(relative), "/.")
		c.sites(out, path, folder)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	list := create("deps.tsv")
	for path, folder := range c.outside {
		fmt.Fprintf(list, "%s\t%s\n", path, folder)
	}
}
